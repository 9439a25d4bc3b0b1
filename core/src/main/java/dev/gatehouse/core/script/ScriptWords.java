package dev.gatehouse.core.script;

import java.util.List;

/**
 * The words of a statement, by which rules know it.
 *
 * @since 0.1
 */
public record ScriptWords(List<ScriptToken> tokens) {

  /** The first word; empty when it begins with none. */
  public String verb() {
    return word(0);
  }

  /** The word at that place, from 0; empty when there is none. */
  public String word(int at) {
    return at < tokens.size() && tokens.get(at).kind() == ScriptToken.Kind.WORD
        ? tokens.get(at).text()
        : "";
  }

  /** Whether it begins with these words. */
  public boolean begin(String... wanted) {
    for (int i = 0; i < wanted.length; i++) {
      if (!word(i).equals(wanted[i])) {
        return false;
      }
    }
    return true;
  }

  /** Whether the word stands anywhere in it. */
  public boolean has(String word) {
    return tokens.stream().anyMatch(token -> token.is(word));
  }

  /** Whether the word is its last token. */
  public boolean endsWith(String word) {
    return !tokens.isEmpty() && tokens.get(tokens.size() - 1).is(word);
  }

  /** Whether outside of parentheses these follow each other; empty stands for a quoted text. */
  public boolean hasOutside(String first, String second) {
    for (int i = 1; i < tokens.size(); i++) {
      ScriptToken token = tokens.get(i);
      boolean follows = second.isEmpty() ? token.kind() == ScriptToken.Kind.TEXT : token.is(second);
      if (follows && token.depth() == 0 && tokens.get(i - 1).is(first)) {
        return true;
      }
    }
    return false;
  }
}
