"""The fold: from a case's ordered events to its states, obligations, anomalies and proofs."""
