package dev.gatehouse.postgres.script;

import dev.gatehouse.core.script.ScriptRefusal;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The variables that a script sets, and those that would change how psql reads it. */
final class PsqlVariables implements ScriptVariables {

  /** What must have this meaning for a script that is executed all or not at all. */
  private static final Map<String, Boolean> FIXED =
      Map.of(
          "ON_ERROR_STOP", true,
          "AUTOCOMMIT", true,
          "ON_ERROR_ROLLBACK", false,
          "SINGLELINE", false,
          "SINGLESTEP", false);

  private static final Set<String> ON = Set.of("on", "true", "yes", "1", "");
  private static final Set<String> OFF = Set.of("off", "false", "no", "0");

  private final Map<String, String> values = new HashMap<>();

  void set(PsqlCommand command) {
    List<String> arguments = command.arguments();
    command.refuseUnless(!arguments.isEmpty(), "write \\set NAME value");
    String name = checked(command);
    String value = String.join("", arguments.subList(1, arguments.size()));
    Boolean meaning = FIXED.get(name);
    if (meaning != null && !(meaning ? ON : OFF).contains(value.toLowerCase(Locale.ROOT))) {
      throw command.refused(
          "script.client-command",
          "a script changes what its transaction does after an error or between statements",
          command.text(),
          "delete this line; " + name + " is " + (meaning ? "on" : "off") + " here, always");
    }
    values.put(name, value);
  }

  void unset(PsqlCommand command) {
    command.refuseUnless(command.arguments().size() == 1, "write \\" + "unset NAME");
    values.remove(checked(command));
  }

  private static String checked(PsqlCommand command) {
    String name = command.arguments().get(0);
    command.refuseUnless(
        !name.isEmpty() && name.chars().allMatch(c -> isNamePart((char) c)),
        "give the variable a name of letters, digits and underscores");
    return name;
  }

  @Override
  public Optional<String> text(Use use) {
    String value = values.get(use.name());
    if (use.form() == Form.IS_SET) {
      return Optional.of(value == null ? "FALSE" : "TRUE");
    }
    if (value == null) {
      if (use.colon()) {
        return Optional.empty();
      }
      throw ScriptRefusal.of(
          "script.variable",
          "a script uses a variable that has no value",
          use.script() + ":" + use.line() + "  :" + use.name(),
          "\\set " + use.name() + " value");
    }
    return Optional.of(
        switch (use.form()) {
          case LITERAL -> quoted('\'', value);
          case IDENTIFIER -> quoted('"', value);
          default -> value;
        });
  }

  private static String quoted(char quote, String value) {
    String once = String.valueOf(quote);
    return once + value.replace(once, once + once) + once;
  }

  static boolean isNamePart(char c) {
    return c == '_'
        || c >= 0x80
        || (c >= '0' && c <= '9')
        || (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z');
  }
}
