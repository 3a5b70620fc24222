package dev.imprint.demo;

import java.util.ArrayDeque;
import java.util.Deque;

/** Remembers whether each of the last answers was right. Used by one thread. */
final class RecentAnswers {
  private final int size;
  private final Deque<Boolean> answers = new ArrayDeque<>();
  private int right;

  /**
   * @param size how many answers it remembers
   */
  RecentAnswers(int size) {
    this.size = size;
  }

  void add(boolean correct) {
    answers.addLast(correct);
    right += correct ? 1 : 0;
    if (answers.size() > size) {
      right -= answers.removeFirst() ? 1 : 0;
    }
  }

  boolean full() {
    return answers.size() == size;
  }

  Share share() {
    return new Share(right, answers.size());
  }

  void clear() {
    answers.clear();
    right = 0;
  }
}
