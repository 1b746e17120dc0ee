"""The API of the Hypothesis annotation service, for its client and the programs that speak it. A row is a passage that
people marked with its author's first note ("a" and the annotation's id), any other note ("n"), or what was written on a
page that is no article here ("o"). Offsets in it are UTF-16 code units."""
