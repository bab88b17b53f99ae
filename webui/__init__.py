"""What every page shares: frame, navigation, dialogs, htmx helpers."""
