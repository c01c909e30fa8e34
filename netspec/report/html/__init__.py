"""Pages that open in any browser, without a network: data in, text out."""
