package dev.gatehouse.postgres.script;

import java.util.Optional;

/** What {@code :name} in a script stands for. */
@FunctionalInterface
public interface ScriptVariables {

  /** A script without variables: a colon is a colon. */
  ScriptVariables NONE = use -> Optional.empty();

  /** How a variable is written. */
  enum Form {
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
   * Where a variable may be meant.
   *
   * @param colon whether SQL itself has colons there: in {@code a[1:n]} and {@code json_object()}
   */
  record Use(Form form, String name, String script, int line, boolean colon) {}

  /** The text to be read instead; empty leaves it as it stands. */
  Optional<String> text(Use use);
}
