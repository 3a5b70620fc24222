package dev.imprint.page.classes;

import java.util.List;

/**
 * Which part of a list is asked for.
 *
 * @param from number of the first, from 0
 */
record ListPart(int from, int limit) {
  <T> List<T> of(List<T> all) {
    int begin = Math.min(from, all.size());
    return all.subList(begin, Math.min(begin + limit, all.size()));
  }
}
