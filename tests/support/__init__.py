"""What tests of several rooms share: samples, slow references, readers of what was written."""
