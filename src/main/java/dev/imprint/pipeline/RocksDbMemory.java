package dev.imprint.pipeline;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBufferManager;

/**
 * Bounds the native memory of all stores together: by default each store of each task, and each
 * segment of a window store, takes up to 100 MB for itself. Kafka Streams creates one instance per
 * store; cache and manager are shared by the process and live as long as it does.
 */
public final class RocksDbMemory implements RocksDBConfigSetter {
  static {
    RocksDB.loadLibrary();
  }

  private static final long TOTAL_BYTES = 96L * 1024 * 1024;
  private static final long WRITE_BYTES = 48L * 1024 * 1024;
  private static final int MEMTABLE_BYTES = 4 * 1024 * 1024;
  private static final Cache CACHE = new LRUCache(TOTAL_BYTES);
  private static final WriteBufferManager WRITES = new WriteBufferManager(WRITE_BYTES, CACHE);

  @Override
  public void setConfig(String storeName, Options options, Map<String, Object> configs) {
    BlockBasedTableConfig table = (BlockBasedTableConfig) options.tableFormatConfig();
    table.setBlockCache(CACHE);
    table.setCacheIndexAndFilterBlocks(true);
    options.setWriteBufferManager(WRITES);
    options.setWriteBufferSize(MEMTABLE_BYTES);
    options.setMaxWriteBufferNumber(2);
    options.setTableFormatConfig(table);
  }

  @Override
  public void close(String storeName, Options options) {} // shared resources stay open
}
