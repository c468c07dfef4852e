"""What users get: values that hold no index, and what fills them."""
