"""What makes pages and recordings of this repository; no part of the product."""
