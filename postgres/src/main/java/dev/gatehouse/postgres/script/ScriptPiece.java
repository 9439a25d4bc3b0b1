package dev.gatehouse.postgres.script;

import dev.gatehouse.core.script.ScriptToken;
import java.io.InputStream;
import java.util.List;

/** What a script consists of. Lines are counted from 1. */
public sealed interface ScriptPiece {

  /** Where it begins. */
  int line();

  /** One statement without its semicolon and without the comments around it. */
  record Statement(String sql, int line, List<ScriptToken> tokens) implements ScriptPiece {}

  /**
   * A {@code COPY ... FROM stdin} and its data: the bytes as they stand in the script, up to but
   * without the line {@code \.}. To be read before the next piece; what is left unread is passed
   * over then.
   */
  record CopyBlock(String sql, int line, List<ScriptToken> tokens, InputStream data)
      implements ScriptPiece {}

  /** A line for psql: backslash, name, arguments. */
  record Command(String text, int line) implements ScriptPiece {}
}
