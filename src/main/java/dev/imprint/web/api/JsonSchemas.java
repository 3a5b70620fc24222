package dev.imprint.web.api;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * JSON schemas (2020-12, as OpenAPI 3.1 uses them) of records, as {@link dev.imprint.event.Json}
 * writes them. Collects one for each record that it meets; they refer to each other by name.
 */
final class JsonSchemas {
  private static final SnakeCaseStrategy NAMES = new SnakeCaseStrategy();

  private static final Set<Class<?>> NUMBERS =
      Set.of(float.class, double.class, Float.class, Double.class);

  private final Map<String, Object> records = new TreeMap<>();

  /** Those of all records so far, by name. */
  Map<String, Object> records() {
    return records;
  }

  /** The schema of a type: a reference if it is a record. */
  Map<String, Object> of(Type type) {
    if (type instanceof ParameterizedType generic) {
      Type[] arguments = generic.getActualTypeArguments();
      Class<?> raw = (Class<?>) generic.getRawType();
      return Collection.class.isAssignableFrom(raw)
          ? schema("array", "items", of(arguments[0]))
          : schema("object", "additionalProperties", of(arguments[1]));
    }
    Class<?> plain = (Class<?>) type;
    if (plain.isRecord()) {
      return reference(plain);
    }
    if (plain.isEnum()) {
      return schema("string", "enum", constants(plain));
    }
    if (plain == int.class || plain == Integer.class) {
      return whole("int32", Integer.MIN_VALUE, Integer.MAX_VALUE);
    }
    if (plain == long.class || plain == Long.class) {
      return whole("int64", Long.MIN_VALUE, Long.MAX_VALUE);
    }
    if (NUMBERS.contains(plain)) {
      return schema("number");
    }
    if (plain == boolean.class || plain == Boolean.class) {
      return schema("boolean");
    }
    if (plain == Instant.class) {
      return schema("string", "format", "date-time");
    }
    if (plain == String.class) {
      return schema("string");
    }
    if (plain == Object.class) {
      return Map.of();
    }
    throw new IllegalArgumentException("no JSON schema is known for " + type);
  }

  private Map<String, Object> reference(Class<?> type) {
    String name = name(type);
    if (!records.containsKey(name)) {
      records.put(name, Map.of()); // ends the recursion of a record that contains itself
      records.put(name, object(type));
    }
    return Map.of("$ref", "#/components/schemas/" + name);
  }

  /** With the enclosing record's name, because several have a record of the same name in them. */
  private static String name(Class<?> type) {
    Class<?> outer = type.getEnclosingClass();
    return outer != null && outer.isRecord()
        ? name(outer) + type.getSimpleName()
        : type.getSimpleName();
  }

  private Map<String, Object> object(Class<?> type) {
    Map<String, Object> properties = new LinkedHashMap<>();
    List<String> required = new ArrayList<>(); // requests may omit what may be null
    for (RecordComponent component : type.getRecordComponents()) {
      String name = NAMES.translate(component.getName());
      Map<String, Object> its = of(component.getGenericType());
      if (isNullable(component.getAnnotatedType())) {
        properties.put(name, Map.of("anyOf", List.of(its, schema("null"))));
      } else {
        properties.put(name, its);
        required.add(name);
      }
    }
    Map<String, Object> schema = schema("object", "properties", properties);
    schema.put("required", required);
    return schema;
  }

  private static boolean isNullable(AnnotatedType type) {
    return type.isAnnotationPresent(Nullable.class);
  }

  private static List<String> constants(Class<?> type) {
    return Stream.of(type.getEnumConstants())
        .map(constant -> ((Enum<?>) constant).name().toLowerCase(Locale.ROOT))
        .toList();
  }

  private static Map<String, Object> whole(String format, long least, long most) {
    Map<String, Object> schema = schema("integer", "format", format);
    schema.put("minimum", least);
    schema.put("maximum", most);
    return schema;
  }

  private static Map<String, Object> schema(String type) {
    Map<String, Object> schema = new LinkedHashMap<>();
    schema.put("type", type);
    return schema;
  }

  private static Map<String, Object> schema(String type, String key, Object value) {
    Map<String, Object> schema = schema(type);
    schema.put(key, value);
    return schema;
  }
}
