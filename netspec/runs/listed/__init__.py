"""What run directories say of themselves at a glance, whoever made them."""
