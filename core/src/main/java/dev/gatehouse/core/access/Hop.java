package dev.gatehouse.core.access;

/**
 * One link on the way from a role to what it may do.
 *
 * <p>Immutable.
 *
 * @param sentence what is so, as a DBA says it: {@code vh_app is a member of etl (inherited)}
 * @param through the object it leads through, such as a view; empty for a link between roles, or
 *     for the grant on the object itself
 * @param step the statement without which this link does not hold yet; empty where it holds
 * @param fix the statement that takes this link away; empty where there is no simple one
 * @since 0.1
 */
public record Hop(Kind kind, String sentence, String through, String step, String fix) {

  /** What a link is made of. */
  public enum Kind {
    /** The role is above all grants. */
    SUPERUSER,
    /** A membership that gives its privileges at once. */
    MEMBER,
    /** A membership that gives them after SET ROLE. */
    SET_ROLE,
    /** The right to make members, oneself among them. */
    ADMIN,
    /** Sessions of the role begin as another one. */
    LOGIN,
    /** It is the owner's. */
    OWNER,
    /** A role that the product itself gives privileges. */
    PREDEFINED,
    /** A grant to the role. */
    GRANT,
    /** A grant to everybody. */
    PUBLIC,
    /** A grant that objects will have when they are made. */
    DEFAULT,
    /** A grant on some columns only. */
    COLUMN,
    /** A grant that gives what a right gives only in part, or by a detour only. */
    PARTIAL,
    /** A right that leads to any other. */
    ESCALATION,
    VIEW,
    /** A stored copy of what a query yields. */
    MATERIALIZED_VIEW,
    RULE,
    /** A policy of row security. */
    POLICY,
    /** A default, a check, an index or the like. */
    EXPRESSION,
    TRIGGER,
    ROUTINE,
    FOREIGN_KEY,
    PARTITION
  }

  /** A link that holds and leads through no other object. */
  public static Hop of(Kind kind, String sentence) {
    return new Hop(kind, sentence, "", "", "");
  }

  /** The same link, leading through that object. */
  public Hop withThrough(String object) {
    return new Hop(kind, sentence, object, step, fix);
  }

  /** The same link, which holds only after that statement. */
  public Hop withStep(String statement) {
    return new Hop(kind, sentence, through, statement, fix);
  }

  /** The same link, which that statement takes away. */
  public Hop withFix(String statement) {
    return new Hop(kind, sentence, through, step, statement);
  }

  /** Whether it leads to the whole object, and not to some columns or rows of it. */
  public boolean whole() {
    return kind.compareTo(Kind.COLUMN) < 0 || kind == Kind.ESCALATION;
  }
}
