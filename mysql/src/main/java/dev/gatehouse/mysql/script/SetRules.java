package dev.gatehouse.mysql.script;

import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.script.ScriptRefusal;
import dev.gatehouse.core.script.ScriptToken;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What a script may set: variables of its own, and few settings of its session. Not insert_id: what
 * no INSERT has used of it cannot be taken back.
 */
final class SetRules {
  private static final Set<String> SETTINGS =
      Set.of(
          "time_zone",
          "timestamp",
          "lc_time_names",
          "group_concat_max_len",
          "cte_max_recursion_depth",
          "max_recursive_iterations",
          "last_insert_id");

  private final String found;
  private final List<ScriptToken> tokens;

  SetRules(String found, List<ScriptToken> tokens) {
    this.found = found;
    this.tokens = tokens;
  }

  /**
   * @throws Refusal when it sets what outlasts the session, or what the session relies on
   */
  void refuseWhatLasts() {
    List<ScriptToken> assignment = new ArrayList<>();
    for (ScriptToken token : tokens.subList(1, tokens.size())) {
      if (token.isSign(',') && token.depth() == 0) {
        refuse(assignment);
        assignment.clear();
      } else {
        assignment.add(token);
      }
    }
    refuse(assignment);
  }

  /** {@code @own = ...}, {@code SESSION name = ...}, {@code @@SESSION.name = ...}. */
  private void refuse(List<ScriptToken> assignment) {
    int at = 0;
    while (at < assignment.size() && assignment.get(at).isSign('@')) {
      at++;
    }
    if (at == 1) {
      return;
    }
    while (at < assignment.size()
        && (assignment.get(at).is("session")
            || assignment.get(at).is("local")
            || assignment.get(at).isSign('.'))) {
      at++;
    }
    String name =
        at < assignment.size() && assignment.get(at).names()
            ? assignment.get(at).text().toLowerCase(Locale.ROOT)
            : "";
    if (name.equals("transaction") || name.equals("autocommit")) {
      throw ScriptRefusal.ownControl(found);
    }
    if (name.equals("names")
        && at + 1 < assignment.size()
        && assignment.get(at + 1).is("utf8mb4")) {
      return;
    }
    if (!SETTINGS.contains(name)) {
      throw ScriptRefusal.escapes(
          "a script sets what outlasts it, or what its session relies on",
          found,
          "take it out; a script may set @variables of its own, and "
              + SETTINGS.stream().sorted().toList());
    }
  }
}
