"""The screens on which an owner changes what a site counts and what its report knows."""
