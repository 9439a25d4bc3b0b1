package dev.gatehouse.mysql.sql;

import dev.gatehouse.core.outcome.Refusal;
import dev.gatehouse.core.script.Lexer;
import dev.gatehouse.core.script.ScriptBytes;
import dev.gatehouse.core.script.ScriptRefusal;
import dev.gatehouse.core.script.ScriptToken;
import dev.gatehouse.core.script.ScriptToken.Kind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Tokens of both products. What stands in an executable comment ({@code /*! ... *}{@code /}) are
 * tokens like any others, between {@link #OPENING} and {@link #CLOSING}: which server executes them
 * depends on product and version. Backslashes in quotes begin an escape, as they do unless sql_mode
 * says otherwise.
 *
 * <p>Reads one script; one thread at a time.
 */
public final class SqlTokens implements Lexer {
  /** Begins an executable comment. */
  public static final String OPENING = "/*!";

  /** Ends an executable comment. */
  public static final String CLOSING = "*/";

  /** Words that the clients mysql and mariadb take for themselves at the start of a statement. */
  private static final Set<String> COMMANDS =
      Set.of(
          ("charset clear connect delimiter edit ego exit go nopager notee nowarning pager print"
                  + " prompt query_attributes quit rehash resetconnection sandbox source"
                  + " ssl_session_data_print status system tee warnings")
              .split(" "));

  private final String name;
  private final ScriptBytes bytes;
  private String delimiter = ";";
  private boolean inExecutable;
  private int depth;
  private String word = "";

  /**
   * @param name of the script, for messages
   */
  public SqlTokens(String name, ScriptBytes bytes) {
    this.name = name;
    this.bytes = bytes;
  }

  /**
   * The tokens of one statement, a semicolon within it being one of them.
   *
   * @throws Refusal when a quote or a comment in it does not end
   */
  public static List<ScriptToken> of(String sql) {
    try {
      ScriptBytes bytes =
          new ScriptBytes(new ByteArrayInputStream(sql.getBytes(StandardCharsets.UTF_8)));
      SqlTokens lexer = new SqlTokens("sql", bytes);
      List<ScriptToken> tokens = new ArrayList<>();
      for (lexer.passOverBlanks(); bytes.peek(0) != ScriptBytes.END; lexer.passOverBlanks()) {
        tokens.add(lexer.next());
      }
      return tokens;
    } catch (IOException e) {
      throw new IllegalStateException("a text in memory could not be read", e);
    }
  }

  /**
   * The words of one statement as they are written, at the places of their tokens in {@link #of}.
   */
  public static List<String> written(String sql) {
    try {
      ScriptBytes bytes =
          new ScriptBytes(new ByteArrayInputStream(sql.getBytes(StandardCharsets.UTF_8)));
      SqlTokens lexer = new SqlTokens("sql", bytes);
      List<String> words = new ArrayList<>();
      for (lexer.passOverBlanks(); bytes.peek(0) != ScriptBytes.END; lexer.passOverBlanks()) {
        ScriptToken token = lexer.next();
        words.add(token.kind() == Kind.WORD ? lexer.word : token.text());
      }
      return words;
    } catch (IOException e) {
      throw new IllegalStateException("a text in memory could not be read", e);
    }
  }

  /** The statement with another text in the place of one of the tokens in {@link #of}. */
  public static String replaced(String sql, int token, String with) {
    try {
      byte[] utf8 = sql.getBytes(StandardCharsets.UTF_8);
      ScriptBytes bytes = new ScriptBytes(new ByteArrayInputStream(utf8));
      SqlTokens lexer = new SqlTokens("sql", bytes);
      bytes.keep();
      lexer.passOverBlanks();
      for (int at = 0; at < token; at++) {
        lexer.next();
        lexer.passOverBlanks();
      }
      int from = bytes.kept();
      lexer.next();
      int to = bytes.kept();
      return new String(utf8, 0, from, StandardCharsets.UTF_8)
          + with
          + new String(utf8, to, utf8.length - to, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("a text in memory could not be read", e);
    }
  }

  /** From here on this ends a statement, and a semicolon does not. */
  public void endStatementsWith(String newDelimiter) {
    delimiter = newDelimiter;
  }

  @Override
  public boolean atCommand() throws IOException {
    if (bytes.peek(0) == '\\') {
      return true;
    }
    int length = wordLength();
    StringBuilder word = new StringBuilder();
    for (int i = 0; i < length; i++) {
      word.append((char) bytes.peek(i));
    }
    return COMMANDS.contains(word.toString().toLowerCase(Locale.ROOT));
  }

  @Override
  public Open begin() {
    depth = 0;
    return new Statement();
  }

  @Override
  public ScriptToken next() throws IOException {
    if (bytes.startsWith(delimiter)) {
      if (inExecutable) {
        throw refused(
            "a statement ends within an executable comment",
            "close the comment before " + delimiter + ", as mysqldump does");
      }
      bytes.take(delimiter.length());
      return new ScriptToken(Kind.SEMICOLON, delimiter, 0);
    }
    int c = bytes.peek(0);
    if (bytes.startsWith(OPENING) || bytes.startsWith("/*M!")) {
      return opening();
    }
    if (inExecutable && bytes.startsWith(CLOSING)) {
      inExecutable = false;
      return sign(2);
    }
    return switch (c) {
      case '\'', '"' -> quoted(Kind.TEXT, c);
      case '`' -> quoted(Kind.NAME, c);
      case '(' -> new ScriptToken(Kind.SIGN, bytes.takeText(1), depth++);
      case ')' -> {
        depth = Math.max(0, depth - 1);
        yield new ScriptToken(Kind.SIGN, bytes.takeText(1), depth);
      }
      case '\\' ->
          throw refused(
              "a script holds a command of the client",
              "delete it; a statement is ended by " + delimiter);
      case 0 -> throw refused("a script holds a NUL character", "delete it");
      default -> wordOrSign();
    };
  }

  private ScriptToken opening() throws IOException {
    if (inExecutable) {
      throw refused(
          "an executable comment stands within another", "write one behind the end of the other");
    }
    inExecutable = true;
    int length = bytes.startsWith(OPENING) ? 3 : 4;
    while (bytes.peek(length) >= '0' && bytes.peek(length) <= '9') {
      length++;
    }
    bytes.take(length);
    return new ScriptToken(Kind.SIGN, OPENING, depth);
  }

  private ScriptToken wordOrSign() throws IOException {
    int length = wordLength();
    if (length == 0) {
      return sign(1);
    }
    word = bytes.takeText(length);
    return new ScriptToken(Kind.WORD, word.toLowerCase(Locale.ROOT), depth);
  }

  private ScriptToken sign(int length) throws IOException {
    return new ScriptToken(Kind.SIGN, bytes.takeText(length), depth);
  }

  /** Ends before a delimiter such as {@code $$}, which is made of letters. */
  private int wordLength() throws IOException {
    int length = 0;
    while (isWord(bytes.peek(length)) && !startsWithDelimiter(length)) {
      length++;
    }
    return length;
  }

  private boolean startsWithDelimiter(int ahead) throws IOException {
    for (int i = 0; i < delimiter.length(); i++) {
      if (bytes.peek(ahead + i) != delimiter.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** Twice the quote is one of its letters; so is what stands behind a backslash, but in names. */
  private ScriptToken quoted(Kind kind, int quote) throws IOException {
    int at = 1;
    while (bytes.peek(at) != quote || bytes.peek(at + 1) == quote) {
      if (bytes.peek(at) == ScriptBytes.END) {
        throw refused("a quoted text or name does not end", "close it with " + (char) quote);
      }
      boolean pair = bytes.peek(at) == quote || (bytes.peek(at) == '\\' && kind == Kind.TEXT);
      at += pair ? 2 : 1;
    }
    String text = bytes.takeText(at + 1);
    return new ScriptToken(
        kind,
        kind == Kind.NAME
            ? text.substring(1, text.length() - 1).replace("``", "`")
            : text.substring(0, 1),
        depth);
  }

  @Override
  public void passOverBlanks() throws IOException {
    while (true) {
      int c = bytes.peek(0);
      if (isBlank(c)) {
        bytes.take(1);
      } else if (c == '#' || atDashes()) {
        bytes.takeUntil('\n', '\n');
      } else if (bytes.startsWith("/*")
          && !bytes.startsWith(OPENING)
          && !bytes.startsWith("/*M!")) {
        passOverComment();
      } else {
        return;
      }
    }
  }

  /** Two of them begin a comment only before a blank: {@code 5--1} is 6. */
  private boolean atDashes() throws IOException {
    int behind = bytes.peek(2);
    return bytes.startsWith("--") && (behind == ScriptBytes.END || behind <= ' ' || behind == 0x7F);
  }

  private void passOverComment() throws IOException {
    int at = 2;
    while (bytes.peek(at) != '*' || bytes.peek(at + 1) != '/') {
      if (bytes.peek(at) == ScriptBytes.END) {
        throw refused("a comment does not end", "close it with */");
      }
      at++;
    }
    bytes.take(at + 2);
  }

  private Refusal refused(String headline, String fix) throws IOException {
    String where = name + ":" + bytes.line();
    String line = bytes.takeLine().replace('\0', ' ').strip();
    String found = line.length() <= 80 ? line : line.substring(0, 77) + "...";
    return ScriptRefusal.malformed(headline, where + "  " + found, fix);
  }

  private static boolean isBlank(int c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
  }

  private static boolean isWord(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '_'
        || c == '$'
        || c >= 0x80;
  }

  /** Of no length of its own: bodies have semicolons of theirs behind DELIMITER only. */
  private final class Statement implements Open {
    private final List<ScriptToken> tokens = new ArrayList<>();

    @Override
    public void add(ScriptToken token) {
      tokens.add(token);
    }

    @Override
    public boolean goesOn() {
      return inExecutable;
    }

    @Override
    public List<ScriptToken> tokens() {
      return tokens;
    }

    @Override
    public Refusal unended(String where) {
      return ScriptRefusal.malformed(
          "an executable comment does not end", where, "close it with */");
    }
  }
}
