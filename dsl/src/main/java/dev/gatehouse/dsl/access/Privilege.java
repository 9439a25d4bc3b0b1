package dev.gatehouse.dsl.access;

import dev.gatehouse.core.dialect.RoleProbes;

/**
 * What a role may do with a table or another object, as the SQL standard and the products' GRANT
 * name it. The commands among them are taken wherever a command is.
 *
 * @since 0.1
 */
public enum Privilege implements RoleProbes.CommandName {
  SELECT,
  INSERT,
  UPDATE,
  DELETE,
  TRUNCATE,
  REFERENCES,
  TRIGGER,
  CREATE,
  ALTER,
  DROP,
  INDEX,
  MAINTAIN,
  USAGE,
  EXECUTE,
  CONNECT,
  TEMPORARY,
  SET,
  ALTER_SYSTEM,
  CREATE_VIEW,
  SHOW_VIEW;

  /** As GRANT writes it. */
  @Override
  public String toString() {
    return name().replace('_', ' ');
  }
}
