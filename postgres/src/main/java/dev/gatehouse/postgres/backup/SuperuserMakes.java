package dev.gatehouse.postgres.backup;

import dev.gatehouse.core.dialect.CatalogueObject;
import dev.gatehouse.postgres.session.Queries;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What only a superuser may make, whoever owns it afterwards. */
final class SuperuserMakes {
  private static final Set<String> KINDS =
      Set.of(
          "access method",
          "base type",
          "event trigger",
          "foreign data wrapper",
          "operator class",
          "operator family",
          "text search parser",
          "text search template");

  /** What pg_get_functiondef puts before a body. */
  private static final Pattern BODY = Pattern.compile("(?m)^(AS |BEGIN ATOMIC|RETURN )");

  private static final Pattern OF_ROUTINE =
      Pattern.compile(
          "(?m)^ LANGUAGE (c|internal)\\b|^ (?:(?!LEAKPROOF\\b)[A-Z]+ )*+LEAKPROOF\\b",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern SETTING = Pattern.compile("(?m)^ SET (\\S+) TO ");

  private static final String INTERNAL_STATE = "transtype\": \"internal\"";

  /** From this version on a role may be granted what was a superuser's to set. */
  private static final int GRANTED_SETTINGS = 15;

  private static final String SETTINGS =
      "SELECT name FROM pg_settings WHERE context IN ('superuser', 'superuser-backend')";

  private final Set<String> settings;

  private SuperuserMakes(Set<String> settings) {
    this.settings = settings;
  }

  /** On the server of that session, whose account is an ordinary one. */
  static SuperuserMakes of(Connection session) throws SQLException {
    boolean granted = session.getMetaData().getDatabaseMajorVersion() >= GRANTED_SETTINGS;
    return new SuperuserMakes(
        new HashSet<>(
            Queries.column(
                session,
                granted ? SETTINGS + " AND NOT has_parameter_privilege(name, 'SET')" : SETTINGS)));
  }

  boolean makes(CatalogueObject object) {
    return KINDS.contains(object.kind())
        || (object.kind().equals("aggregate") && object.definition().contains(INTERNAL_STATE))
        || ((object.kind().equals("function") || object.kind().equals("procedure"))
            && makesRoutine(head(object.definition())));
  }

  private boolean makesRoutine(String head) {
    Matcher setting = SETTING.matcher(head);
    return OF_ROUTINE.matcher(head).find()
        || setting.results().anyMatch(one -> settings.contains(lower(one.group(1))));
  }

  private static String lower(String setting) {
    return setting.replace("\"", "").toLowerCase(Locale.ROOT);
  }

  private static String head(String definition) {
    Matcher body = BODY.matcher(definition);
    return body.find() ? definition.substring(0, body.start()) : definition;
  }
}
