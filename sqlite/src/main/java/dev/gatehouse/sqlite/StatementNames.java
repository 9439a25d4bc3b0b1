package dev.gatehouse.sqlite;

import dev.gatehouse.core.script.ScriptBytes;
import dev.gatehouse.core.script.ScriptToken;
import dev.gatehouse.core.script.ScriptWords;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A statement that was cut before, for what it names. Names are in lower case, as they are one. */
final class StatementNames {

  /** A name and where the next token stands. */
  record Name(String schema, String name, int next) {
    boolean isTemporary() {
      return schema.equals("temp");
    }
  }

  private final ScriptWords words;

  private StatementNames(List<ScriptToken> tokens) {
    this.words = new ScriptWords(tokens);
  }

  static StatementNames of(String sql) {
    try {
      ScriptBytes bytes =
          new ScriptBytes(new ByteArrayInputStream(sql.getBytes(StandardCharsets.UTF_8)));
      SqliteTokens lexer = new SqliteTokens("", bytes);
      List<ScriptToken> tokens = new ArrayList<>();
      for (lexer.passOverBlanks(); bytes.peek(0) != ScriptBytes.END; lexer.passOverBlanks()) {
        tokens.add(lexer.next());
      }
      return new StatementNames(tokens);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  ScriptWords words() {
    return words;
  }

  boolean isTemporary() {
    return words.begin("create", "temp") || words.begin("create", "temporary");
  }

  /** The table that a statement with such a beginning is about. */
  Optional<Name> table(String verb) {
    int at = verb.equals("create") && isTemporary() ? 2 : 1;
    if (!words.verb().equals(verb) || !words.word(at).equals("table")) {
      return Optional.empty();
    }
    at++;
    if (words.word(at).equals("if")) {
      at += words.word(at + 1).equals("not") ? 3 : 2;
    }
    return name(at);
  }

  /**
   * The table whose rows it replaces: REPLACE deletes a row before it inserts another of its key.
   */
  Optional<Name> replaced() {
    if (words.verb().equals("create")) {
      return Optional.empty();
    }
    for (int at = 0; at < words.tokens().size(); at++) {
      if (words.word(at).equals("replace") && words.tokens().get(at).depth() == 0) {
        if (words.word(at + 1).equals("into")) {
          return name(at + 2);
        }
        if (at > 1 && words.word(at - 1).equals("or") && words.word(at - 2).equals("update")) {
          return name(at + 1);
        }
      }
    }
    return Optional.empty();
  }

  /** The table of which it deletes every row. */
  Optional<Name> emptied() {
    boolean some =
        words.tokens().stream()
            .anyMatch(token -> token.depth() == 0 && (token.is("where") || token.is("limit")));
    return words.verb().equals("delete") && words.word(1).equals("from") && !some
        ? name(2)
        : Optional.empty();
  }

  /** The table that rows are inserted into. */
  Optional<Name> filled() {
    if (!words.verb().equals("insert")) {
      return Optional.empty();
    }
    int into = words.word(1).equals("or") ? 3 : 1;
    return words.word(into).equals("into") ? name(into + 1) : Optional.empty();
  }

  /** The name of a PRAGMA. */
  Optional<Name> pragma() {
    return words.verb().equals("pragma") ? name(1) : Optional.empty();
  }

  /** What a token says, in lower case and without quotes; empty behind the last. */
  String text(int at) {
    if (at >= words.tokens().size()) {
      return "";
    }
    String text = words.tokens().get(at).text();
    if (text.length() >= 2 && "\"'`[".indexOf(text.charAt(0)) >= 0) {
      String quote = text.substring(0, 1);
      text = text.substring(1, text.length() - 1).replace(quote + quote, quote);
    }
    return text.toLowerCase(Locale.ROOT);
  }

  /** The name at that place, with its schema or without. */
  Optional<Name> name(int at) {
    if (text(at).isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        text(at + 1).equals(".")
            ? new Name(text(at), text(at + 2), at + 3)
            : new Name("", text(at), at + 1));
  }
}
