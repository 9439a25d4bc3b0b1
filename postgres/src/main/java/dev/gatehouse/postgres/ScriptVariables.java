package dev.gatehouse.postgres;

import java.util.Optional;

/** What {@code :name} in a script stands for. */
@FunctionalInterface
interface ScriptVariables {

  /** A script without variables: a colon is a colon. */
  ScriptVariables NONE = (form, name, place) -> Optional.empty();

  /** How a variable is written. */
  enum Form {
    /** {@code :name} where it may also be the second bound of an array slice. */
    BARE_IN_BRACKETS,
    /** {@code :name}. */
    BARE,
    /** {@code :'name'}. */
    LITERAL,
    /** {@code :"name"}. */
    IDENTIFIER,
    /** {@code :{?name}}. */
    IS_SET
  }

  /**
   * The text to be read instead; empty leaves it as it stands.
   *
   * @param line it stands on
   */
  Optional<String> text(Form form, String name, int line);
}
