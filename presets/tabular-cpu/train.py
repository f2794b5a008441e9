"""Trains a classifier on a table and reports its accuracy."""

import argparse

import pandas as pd
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.model_selection import train_test_split


def load(path: str | None, target: str) -> tuple[pd.DataFrame, pd.Series]:
    """The features and the column to predict, from a CSV file or the built-in table."""
    table = pd.read_csv(path) if path else load_breast_cancer(as_frame=True).frame
    return table.drop(columns=target), table[target]


def train(features: pd.DataFrame, target: pd.Series) -> float:
    """Train on three quarters of the rows; the accuracy on the others."""
    parts = train_test_split(features, target, random_state=0)
    features_train, features_test, target_train, target_test = parts
    model = HistGradientBoostingClassifier(random_state=0).fit(features_train, target_train)
    return float(model.score(features_test, target_test))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", nargs="?", help="a CSV file (default: the built-in table)")
    parser.add_argument("--target", default="target", help="the column to predict")
    args = parser.parse_args()
    features, target = load(args.path, args.target)
    print(f"{len(features)} rows, {features.shape[1]} columns")
    print(f"accuracy on rows that were not used for training: {train(features, target):.3f}")


if __name__ == "__main__":
    main()
