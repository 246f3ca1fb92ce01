-- The database roles, and what every database of Careplan starts from.
--
-- Run by psql as a superuser, connected to the database that Careplan will use;
-- running it again changes nothing. The embedded servers run it without passwords
-- (their socket is open to one user only); docker compose runs it when the cluster
-- is made, with the passwords in the environment.
--
--   careplan_owner   owns the tables; migrations only. Row security binds it too (FORCE).
--   careplan_app     web, workers and tests. Owns nothing, may not bypass row security.
--   careplan_backup  reads every row, writes none: pg_dump.
--   careplan_erase   what erasure needs and nothing else; granted table by table.
\set ON_ERROR_STOP on
\set QUIET on
SET client_min_messages = warning;

SELECT format('CREATE ROLE %I LOGIN', role)
FROM unnest(ARRAY['careplan_owner', 'careplan_app', 'careplan_backup', 'careplan_erase']) AS role
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role)
\gexec

ALTER ROLE careplan_owner  NOSUPERUSER NOBYPASSRLS CREATEDB   NOCREATEROLE NOREPLICATION;
ALTER ROLE careplan_app    NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION;
ALTER ROLE careplan_erase  NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION;
ALTER ROLE careplan_backup NOSUPERUSER BYPASSRLS   NOCREATEDB NOCREATEROLE NOREPLICATION;

-- A migration waits for a lock two seconds at most: a page behind it would wait as long.
ALTER ROLE careplan_owner SET lock_timeout = '2s';
ALTER ROLE careplan_backup SET default_transaction_read_only = on;

\getenv owner_password CAREPLAN_OWNER_PASSWORD
\getenv app_password CAREPLAN_APP_PASSWORD
\getenv backup_password CAREPLAN_BACKUP_PASSWORD
\getenv erase_password CAREPLAN_ERASE_PASSWORD
\if :{?owner_password}
ALTER ROLE careplan_owner PASSWORD :'owner_password';
\endif
\if :{?app_password}
ALTER ROLE careplan_app PASSWORD :'app_password';
\endif
\if :{?backup_password}
ALTER ROLE careplan_backup PASSWORD :'backup_password';
\endif
\if :{?erase_password}
ALTER ROLE careplan_erase PASSWORD :'erase_password';
\endif

SELECT current_database() AS careplan_database \gset

-- The database's owner may create trusted extensions and owns schema public by
-- PostgreSQL's own rule (pg_database_owner), in test databases too.
SELECT format('ALTER DATABASE %I OWNER TO careplan_owner', current_database())
WHERE current_database() NOT IN ('postgres', 'template0', 'template1')
\gexec

-- Extensions, here and in template1, so that test databases have them as well.
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE EXTENSION IF NOT EXISTS citext;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
\connect template1
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE EXTENSION IF NOT EXISTS citext;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;

-- What the owner makes later is open to the app for rows, and to row security to
-- narrow. TRUNCATE, REFERENCES and TRIGGER are never granted: row security does not
-- bind TRUNCATE. Insert-only tables revoke UPDATE and DELETE in their own migration.
ALTER DEFAULT PRIVILEGES FOR ROLE careplan_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO careplan_app;
ALTER DEFAULT PRIVILEGES FOR ROLE careplan_owner IN SCHEMA public
    GRANT USAGE, SELECT ON SEQUENCES TO careplan_app;
ALTER DEFAULT PRIVILEGES FOR ROLE careplan_owner GRANT SELECT ON TABLES TO careplan_backup;
ALTER DEFAULT PRIVILEGES FOR ROLE careplan_owner GRANT SELECT ON SEQUENCES TO careplan_backup;
-- These last four live per database: once in template1, where test databases copy
-- them from, and once here.
\connect :careplan_database
SET client_min_messages = warning;
ALTER DEFAULT PRIVILEGES FOR ROLE careplan_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO careplan_app;
ALTER DEFAULT PRIVILEGES FOR ROLE careplan_owner IN SCHEMA public
    GRANT USAGE, SELECT ON SEQUENCES TO careplan_app;
ALTER DEFAULT PRIVILEGES FOR ROLE careplan_owner GRANT SELECT ON TABLES TO careplan_backup;
ALTER DEFAULT PRIVILEGES FOR ROLE careplan_owner GRANT SELECT ON SEQUENCES TO careplan_backup;
