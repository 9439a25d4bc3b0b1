package dev.gatehouse.postgres.mutation;

import java.util.Locale;

/** What is done to make a mutant. */
enum Operator {
  DROP_POLICY(Family.POLICY),
  USING_TRUE(Family.POLICY),
  USING_FALSE(Family.POLICY),
  USING_NOT(Family.POLICY),
  CHECK_TRUE(Family.POLICY),
  CHECK_NOT(Family.POLICY),
  /** Permissive becomes restrictive, and the other way round. */
  FLIP(Family.POLICY),
  /** FOR ALL becomes FOR SELECT. */
  NARROW(Family.POLICY),
  RETARGET(Family.POLICY),
  /** One of the conditions that AND or OR holds together is left out. */
  DROP_TERM(Family.POLICY),
  /** Another policy that lets everything pass. */
  ADD_POLICY(Family.POLICY),
  DISABLE(Family.POLICY),
  NO_FORCE(Family.POLICY),
  /** A role becomes what no grant or policy holds for. */
  ATTRIBUTE(Family.ROLE),
  /** A role becomes a member of another. */
  JOIN(Family.ROLE),
  INVOKER_OFF(Family.CODE),
  DEFINER_ON(Family.CODE),
  GRANT(Family.GRANT),
  GRANT_COLUMN(Family.GRANT),
  GRANT_SCHEMA(Family.GRANT),
  /** Default privileges for future tables. */
  GRANT_FUTURE(Family.GRANT),
  REVOKE(Family.GRANT),
  /** What is held may be passed on. */
  GRANT_OPTION(Family.OPTION);

  /** What it takes to prove that such a mutant changes nothing. */
  enum Family {
    /** The same plans and the same checks of new rows, for everybody policies apply to. */
    POLICY,
    /** The same effective access. */
    GRANT,
    /** The same effective access, where no policy looks at roles. */
    ROLE,
    /** No proof is tried. */
    OPTION,
    /** No proof is tried. */
    CODE
  }

  private final Family family;

  Operator(Family family) {
    this.family = family;
  }

  Family family() {
    return family;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
