"""The embedded Label Studio: its server, database, accounts and backups."""
