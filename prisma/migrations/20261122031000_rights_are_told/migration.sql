-- Servers remember who may do what. Whatever changes that is told when it is committed: over a channel, to every server
-- that listens; and as a notice to the connection that did it, because that server must know before it answers.
-- What is said is a JSON list of whom it is about (["user:<id>"]), or `all` where that would be a long list.
CREATE FUNCTION tell_of_rights() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  -- Columns that are written often and have nothing to do with what anybody may do. All others are told of.
  quiet CONSTANT text[] := '{updated_at,clerk_updated_at,clerk_told_at,last_used_at,last_used_address,late_uses}';
  -- More changes than this in one transaction are an import or a repair: `all` is said once in their place.
  most CONSTANT int := 50;
  told int := coalesce(nullif(current_setting('gatehouse.rights_told', true), ''), '0')::int;
  before jsonb;
  after jsonb;
  said text;
BEGIN
  IF told > most THEN RETURN NULL; END IF;
  IF TG_OP IN ('UPDATE', 'DELETE') THEN before := to_jsonb(OLD) - quiet; END IF;
  IF TG_OP IN ('UPDATE', 'INSERT') THEN after := to_jsonb(NEW) - quiet; END IF;
  IF before = after THEN RETURN NULL; END IF;
  PERFORM set_config('gatehouse.rights_told', (told + 1)::text, true);
  -- A row that has changed hands concerns both.
  SELECT jsonb_agg(DISTINCT TG_ARGV[0] || ':' || id) INTO said
    FROM unnest(ARRAY[before ->> TG_ARGV[1], after ->> TG_ARGV[1]]) AS subject (id) WHERE id IS NOT NULL;
  -- A channel carries 8,000 bytes, and nobody's write may fail for that.
  IF said IS NULL OR told = most OR octet_length(said) > 7000 THEN said := 'all'; END IF;
  PERFORM pg_notify('gatehouse_rights', said);
  RAISE INFO USING MESSAGE = said, ERRCODE = 'GH001';
  RETURN NULL;
END $$;

DO $$
DECLARE
  watched record;
BEGIN
  FOR watched IN SELECT * FROM (VALUES
    ('users', 'user', 'id'),
    ('sessions', 'session', 'id'),
    ('workspaces', 'workspace', 'id'),
    ('workspace_members', 'user', 'user_id'),
    ('workspace_machines', 'machine', 'machine_id'),
    ('api_keys', 'key', 'id'),
    ('api_key_secrets', 'key', 'api_key_id')
  ) AS tables (name, subject, id) LOOP
    EXECUTE format(
      'CREATE TRIGGER %I AFTER INSERT OR UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION tell_of_rights(%L, %L)',
      watched.name || '_tell_of_rights', watched.name, watched.subject, watched.id);
    EXECUTE format(
      'CREATE TRIGGER %I AFTER TRUNCATE ON %I EXECUTE FUNCTION tell_of_rights()',
      watched.name || '_tell_of_truncation', watched.name);
  END LOOP;
END $$;
