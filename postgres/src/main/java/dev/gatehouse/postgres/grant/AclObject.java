package dev.gatehouse.postgres.grant;

import java.util.Collection;
import java.util.stream.Collectors;

/**
 * Something that has an access control list, by its oid.
 *
 * @param id survives a new name, and no new object has it
 * @param name as SQL wants it; of a default its FOR ROLE and IN SCHEMA
 * @param part of a column its name, of a default what will be made; else empty
 * @param owner as SQL wants it; of a default the creator
 */
public record AclObject(String id, Kind kind, String name, String part, String owner) {

  /** What it is. */
  public enum Kind {
    TABLE(""),
    COLUMN(""),
    SEQUENCE("SEQUENCE "),
    SCHEMA("SCHEMA "),
    ROUTINE("ROUTINE "),
    DATABASE("DATABASE "),
    DEFAULT(""),
    /** A role, whose members have it. */
    MEMBERS("");

    private final String noun;

    Kind(String noun) {
      this.noun = noun;
    }
  }

  public String grant(
      Collection<String> privileges, String grantee, boolean withOption, String grantor) {
    if (kind == Kind.MEMBERS) {
      return "GRANT "
          + name
          + " TO "
          + grantee
          + privileges.stream().findFirst().orElse("")
          + (grantor.isEmpty() ? "" : " GRANTED BY " + grantor);
    }
    return sentence("GRANT ", privileges, " TO " + grantee)
        + (withOption ? " WITH GRANT OPTION" : "");
  }

  public String revoke(Collection<String> privileges, String grantee, String grantor) {
    if (kind == Kind.MEMBERS) {
      return "REVOKE "
          + name
          + " FROM "
          + grantee
          + (grantor.isEmpty() ? "" : " GRANTED BY " + grantor);
    }
    return sentence("REVOKE ", privileges, " FROM " + grantee);
  }

  public String revokeOption(Collection<String> privileges, String grantee) {
    return sentence("REVOKE GRANT OPTION FOR ", privileges, " FROM " + grantee);
  }

  private String sentence(String verb, Collection<String> privileges, String end) {
    if (kind == Kind.DEFAULT) {
      String what = String.join(", ", privileges);
      return "ALTER DEFAULT PRIVILEGES " + name + " " + verb + what + " ON " + part + end;
    }
    String column = kind == Kind.COLUMN ? " (" + part + ")" : "";
    String what =
        privileges.stream().map(one -> one + column).sorted().collect(Collectors.joining(", "));
    return verb + what + " ON " + kind.noun + name + end;
  }

  @Override
  public String toString() {
    return kind == Kind.COLUMN ? name + "." + part : kind.noun + name;
  }
}
