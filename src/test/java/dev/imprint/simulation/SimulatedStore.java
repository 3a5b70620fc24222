package dev.imprint.simulation;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** A store of Kafka Streams in memory, sorted by bytes; each write also goes to a changelog. */
public final class SimulatedStore<K, V> implements KeyValueStore<K, V> {
  /** Receives each write. */
  public interface Changelog {
    void write(byte[] key, byte @Nullable [] value);
  }

  private final NavigableMap<byte[], byte[]> entries = new TreeMap<>(Arrays::compareUnsigned);
  private final String name;
  private final Serde<K> keys;
  private final Serde<V> values;
  private final Changelog changelog;

  public SimulatedStore(String name, Serde<K> keys, Serde<V> values, Changelog changelog) {
    this.name = name;
    this.keys = keys;
    this.values = values;
    this.changelog = changelog;
  }

  /** Applies a record of the changelog. */
  public void restore(byte[] key, byte @Nullable [] value) {
    if (value == null) {
      entries.remove(key);
    } else {
      entries.put(key, value);
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void put(K key, V value) {
    byte[] keyBytes = keyOf(key);
    byte @Nullable [] valueBytes =
        value == null ? null : values.serializer().serialize(name, value);
    changelog.write(keyBytes, valueBytes);
    restore(keyBytes, valueBytes);
  }

  @Override
  public V putIfAbsent(K key, V value) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void putAll(List<KeyValue<K, V>> some) {
    some.forEach(entry -> put(entry.key, entry.value));
  }

  @Override
  public V delete(K key) {
    byte[] keyBytes = keyOf(key);
    changelog.write(keyBytes, null);
    return valueOf(entries.remove(keyBytes));
  }

  @Override
  public V get(K key) {
    return valueOf(entries.get(keyOf(key)));
  }

  @Override
  public KeyValueIterator<K, V> range(@Nullable K from, @Nullable K to) {
    return iterator(between(from, to));
  }

  @Override
  public KeyValueIterator<K, V> reverseRange(@Nullable K from, @Nullable K to) {
    return iterator(between(from, to).descendingMap());
  }

  @Override
  public KeyValueIterator<K, V> all() {
    return iterator(entries);
  }

  @Override
  public <S extends Serializer<P>, P> KeyValueIterator<K, V> prefixScan(P prefix, S serializer) {
    byte[] begin = serializer.serialize(name, prefix);
    NavigableMap<byte[], byte[]> found = new TreeMap<>(entries.tailMap(begin, true));
    found.keySet().removeIf(key -> !startsWith(key, begin));
    return iterator(found);
  }

  @Override
  public long approximateNumEntries() {
    return entries.size();
  }

  private NavigableMap<byte[], byte[]> between(@Nullable K from, @Nullable K to) {
    NavigableMap<byte[], byte[]> some = entries;
    if (from != null) {
      some = some.tailMap(keyOf(from), true);
    }
    return to == null ? some : some.headMap(keyOf(to), true);
  }

  /** Over a copy, so that the store may change meanwhile. */
  private KeyValueIterator<K, V> iterator(NavigableMap<byte[], byte[]> some) {
    Iterator<KeyValue<K, V>> each =
        some.entrySet().stream()
            .map(e -> KeyValue.pair(keyFrom(e.getKey()), valueOf(e.getValue())))
            .toList()
            .iterator();
    return new KeyValueIterator<>() {
      @Override
      public boolean hasNext() {
        return each.hasNext();
      }

      @Override
      public KeyValue<K, V> next() {
        return each.next();
      }

      @Override
      public K peekNextKey() {
        throw new UnsupportedOperationException();
      }

      @Override
      public void close() {}
    };
  }

  private static boolean startsWith(byte[] key, byte[] begin) {
    return key.length >= begin.length
        && Arrays.equals(key, 0, begin.length, begin, 0, begin.length);
  }

  private byte[] keyOf(K key) {
    return keys.serializer().serialize(name, key);
  }

  private K keyFrom(byte[] key) {
    return keys.deserializer().deserialize(name, key);
  }

  private V valueOf(byte @Nullable [] value) {
    return values.deserializer().deserialize(name, value);
  }

  @Override
  public void init(StateStoreContext context, StateStore root) {}

  @Override
  public void close() {}

  @Override
  public boolean persistent() {
    return true;
  }

  @Override
  public boolean isOpen() {
    return true;
  }
}
