"""`scaffold resolve` and `scaffold catalogue`."""
