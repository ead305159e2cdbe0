"""Rule packs: what they say, how they are read from files, and how a county's overlay changes them."""
