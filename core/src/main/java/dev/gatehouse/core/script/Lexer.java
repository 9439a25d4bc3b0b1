package dev.gatehouse.core.script;

import dev.gatehouse.core.outcome.Refusal;
import java.io.IOException;
import java.util.List;

/**
 * A product's own rules for where tokens, statements and lines for its client begin and end. Reads
 * one script; one thread at a time.
 *
 * @since 0.1
 */
public interface Lexer {

  /** Passes over blanks and comments. */
  void passOverBlanks() throws IOException;

  /** Whether a line for the client begins here, where no statement is open. */
  boolean atCommand() throws IOException;

  /** A statement begins here: nothing is open. */
  Open begin();

  /**
   * The next token; neither at the end nor at a blank. What ends a statement is a semicolon,
   * however it is written. One without text that is a sign does not count.
   *
   * @throws Refusal naming file and line, when no statement of the product holds it
   */
  ScriptToken next() throws IOException;

  /** A statement while it is read. */
  interface Open {
    void add(ScriptToken token);

    /** Whether a semicolon here is one of the statement's own, as in the body of a routine. */
    boolean goesOn();

    /** Its tokens, as far as rules look at them. */
    List<ScriptToken> tokens();

    /** What is told when the script ends while it goes on. */
    Refusal unended(String where);
  }
}
