"""Fine-tunes a text classifier on reviews.csv, on the GPU if there is one."""

import argparse
import csv
from collections.abc import Callable
from pathlib import Path

import torch
from torch import nn
from transformers import AutoModelForSequenceClassification, AutoTokenizer

HERE = Path(__file__).parent
Encode = Callable[[list[str]], dict[str, torch.Tensor]]


def read_reviews(path: Path) -> tuple[list[str], torch.Tensor]:
    """The texts and their labels."""
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return [row["text"] for row in rows], torch.tensor([int(row["label"]) for row in rows])


def finetune(
    model: nn.Module, encode: Encode, texts: list[str], labels: torch.Tensor, *, epochs: int
) -> list[float]:
    """Train on batches of eight; the mean loss of each epoch."""
    device = "cuda" if torch.cuda.is_available() else "cpu"
    model = model.to(device).train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=5e-5)
    losses = []
    for _ in range(epochs):
        total = 0.0
        for batch in torch.randperm(len(texts)).split(8):
            inputs = {
                name: one.to(device) for name, one in encode([texts[i] for i in batch]).items()
            }
            loss = model(**inputs, labels=labels[batch].to(device)).loss
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()
            total += loss.item() * len(batch)
        losses.append(total / len(texts))
    return losses


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="distilbert-base-uncased")
    parser.add_argument("--data", type=Path, default=HERE / "reviews.csv")
    parser.add_argument("--epochs", type=int, default=3)
    args = parser.parse_args()
    texts, labels = read_reviews(args.data)
    tokenizer = AutoTokenizer.from_pretrained(args.model)
    model = AutoModelForSequenceClassification.from_pretrained(args.model, num_labels=2)

    def encode(batch: list[str]) -> dict[str, torch.Tensor]:
        return dict(tokenizer(batch, padding=True, truncation=True, return_tensors="pt"))

    for epoch, loss in enumerate(finetune(model, encode, texts, labels, epochs=args.epochs), 1):
        print(f"epoch {epoch}: loss {loss:.3f}")
    model.save_pretrained(HERE / "outputs")
    tokenizer.save_pretrained(HERE / "outputs")


if __name__ == "__main__":
    main()
