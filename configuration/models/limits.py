"""How long the texts of the tables are, in characters."""

KIND_MAX = 40
LOCATION_MAX = 16
NAME_MAX = 255
ADMIN_MAX = 150
DESCRIPTION_MAX = 512
LOCK_COMMENT_MAX = 512
LOADED_MAX = 300
