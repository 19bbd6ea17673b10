"""What the notebooks do: functions from DataFrame to DataFrame, and the tables they keep."""
