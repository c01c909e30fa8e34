"""Why a name of Keras's is refused, where the reason is the same in several tables."""

ABSTRACT = "it is the class the others derive from; name one of them"
