package dev.gatehouse.postgres.catalogue;

import dev.gatehouse.core.dialect.CatalogueObject;
import dev.gatehouse.core.dialect.Drift;
import dev.gatehouse.postgres.catalogue.DefinitionPart.Bracket;
import dev.gatehouse.postgres.catalogue.DefinitionPart.Word;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * One spelling for definitions that are the same. The server prints a definition from the tree that
 * its parser made; reading that text makes a slightly other tree, which is printed otherwise from
 * then on. What it does so is here, and nothing else:
 *
 * <ul>
 *   <li>{@code x between 1 and 2 and y} is printed as {@code ((x >= 1) AND (x <= 2)) AND y}, and
 *       then as one list; {@code OR} likewise;
 *   <li>{@code NULL} of the second part of a UNION is printed as {@code NULL::text}, and then as
 *       {@code NULL::text AS text};
 *   <li>a join without a condition is printed {@code ON TRUE}, and then {@code ON (true)};
 *   <li>brackets in brackets are dropped where only one pair stood before.
 * </ul>
 *
 * The random definitions of the tests are dumped, restored and compared by every version's server.
 */
final class DefinitionSpelling {
  /** Kinds whose definition is text that the server makes of what it has parsed. */
  private static final Set<String> PRINTED =
      Set.of(
          "view",
          "materialized view",
          "constraint",
          "domain constraint",
          "index",
          "policy",
          "trigger",
          "rule",
          "function",
          "procedure",
          "statistics");

  /** Other facts that are such text. */
  private static final Set<String> EXPRESSIONS =
      Set.of("default", "generated", "partitionKey", "partitionBound", "tables");

  private static final Map<String, String> TYPES =
      Map.ofEntries(
          Map.entry("integer", "int4"),
          Map.entry("bigint", "int8"),
          Map.entry("smallint", "int2"),
          Map.entry("real", "float4"),
          Map.entry("double precision", "float8"),
          Map.entry("boolean", "bool"),
          Map.entry("character", "bpchar"),
          Map.entry("character varying", "varchar"),
          Map.entry("bit varying", "varbit"),
          Map.entry("time without time zone", "time"),
          Map.entry("time with time zone", "timetz"),
          Map.entry("timestamp without time zone", "timestamp"),
          Map.entry("timestamp with time zone", "timestamptz"));

  private static final Pattern NAME = Pattern.compile("[\\p{L}_][\\p{L}\\p{N}_$.]*");
  private static final Word AS = new Word("AS");
  private static final Word CAST = new Word("::");
  private static final Word ON = new Word("ON");
  private static final Word TRUE = new Word("TRUE");

  private DefinitionSpelling() {}

  /** Whether both objects are the same but for how the server spells what they do. */
  static boolean only(Drift.Changed changed) {
    return changed.fields().entrySet().stream()
        .allMatch(
            field ->
                printed(changed.object(), field.getKey())
                    && same(field.getValue().expected(), field.getValue().found()));
  }

  private static boolean printed(CatalogueObject object, String field) {
    return field.equals("definition")
        ? PRINTED.contains(object.kind())
        : EXPRESSIONS.contains(field);
  }

  static boolean same(String one, String other) {
    return one.equals(other) || of(one).equals(of(other));
  }

  /** The text in that spelling; as it is when it is none that a server prints. */
  static String of(String text) {
    return DefinitionPart.of(text)
        .map(DefinitionSpelling::plain)
        .map(DefinitionPart::written)
        .orElse(text);
  }

  private static List<DefinitionPart> plain(List<DefinitionPart> parts) {
    List<DefinitionPart> plain = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      DefinitionPart part = parts.get(i);
      if (part instanceof Bracket bracket) {
        plain.add(bracket(bracket));
      } else if (part.equals(TRUE) && i > 0 && parts.get(i - 1).equals(ON)) {
        plain.add(new Bracket('(', List.of(new Word("true"))));
      } else if (part.equals(AS) && i + 1 < parts.size() && implied(plain, parts.get(i + 1))) {
        i++;
      } else {
        plain.add(part);
      }
    }
    return plain;
  }

  private static Bracket bracket(Bracket bracket) {
    List<DefinitionPart> parts = plain(bracket.parts());
    if (bracket.open() != '(') {
      return new Bracket(bracket.open(), parts);
    }
    if (parts.size() == 1 && parts.get(0) instanceof Bracket inner && inner.open() == '(') {
      return inner;
    }
    return new Bracket('(', list("OR", list("AND", parts)));
  }

  /** A AND (B AND C) as one list; a bracket that holds anything else is left alone. */
  private static List<DefinitionPart> list(String conjunction, List<DefinitionPart> parts) {
    Word word = new Word(conjunction);
    if (!parts.contains(word) || parts.contains(new Word("BETWEEN"))) {
      return parts;
    }
    List<DefinitionPart> list = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      boolean alone =
          (i == 0 || parts.get(i - 1).equals(word))
              && (i + 1 == parts.size() || parts.get(i + 1).equals(word));
      if (alone
          && parts.get(i) instanceof Bracket inner
          && inner.open() == '('
          && inner.parts().contains(word)
          && !inner.parts().contains(new Word("BETWEEN"))
          && !inner.parts().contains(new Word("SELECT"))) {
        list.addAll(inner.parts());
      } else {
        list.add(parts.get(i));
      }
    }
    return list;
  }

  /** Whether a constant that was cast last would be named so without being told. */
  private static boolean implied(List<DefinitionPart> before, DefinitionPart name) {
    int cast = before.lastIndexOf(CAST);
    if (cast < 1 || !(before.get(cast - 1) instanceof Word constant) || !isConstant(constant)) {
      return false;
    }
    List<String> words = new ArrayList<>();
    for (DefinitionPart part : before.subList(cast + 1, before.size())) {
      if (part instanceof Word word) {
        words.add(bare(word.text()));
      }
    }
    return name instanceof Word word
        && typeName(words).filter(bare(word.text())::equals).isPresent();
  }

  private static String bare(String name) {
    return name.replace("\"", "");
  }

  private static boolean isConstant(Word word) {
    return word.text().equals("NULL") || word.text().endsWith("'");
  }

  private static Optional<String> typeName(List<String> words) {
    if (words.isEmpty() || !words.stream().allMatch(word -> NAME.matcher(word).matches())) {
      return Optional.empty();
    }
    String type = String.join(" ", words);
    String last = words.get(words.size() - 1);
    return Optional.of(TYPES.getOrDefault(type, last.substring(last.lastIndexOf('.') + 1)));
  }
}
