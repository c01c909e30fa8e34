"""What a trained network makes of single pictures, layer by layer, and which part of them its answer hangs on."""
