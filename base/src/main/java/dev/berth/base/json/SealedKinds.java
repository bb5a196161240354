package dev.berth.base.json;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.cfg.MapperConfig;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.AnnotatedClass;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.jsontype.NamedType;
import com.fasterxml.jackson.databind.jsontype.TypeResolverBuilder;
import com.fasterxml.jackson.databind.jsontype.impl.StdTypeResolverBuilder;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lets Jackson tell the records of a sealed interface apart by a property {@code kind}. */
final class SealedKinds extends JacksonAnnotationIntrospector {
  private static final long serialVersionUID = 1;

  @Override
  public @Nullable TypeResolverBuilder<?> findTypeResolver(
      MapperConfig<?> config, AnnotatedClass type, JavaType baseType) {
    if (!isKind(type.getRawType())) return super.findTypeResolver(config, type, baseType);
    return new StdTypeResolverBuilder()
        .init(JsonTypeInfo.Id.NAME, null)
        .inclusion(JsonTypeInfo.As.PROPERTY)
        .typeProperty("kind");
  }

  @Override
  public @Nullable List<NamedType> findSubtypes(Annotated type) {
    var raw = type.getRawType();
    if (!raw.isInterface() || !raw.isSealed()) return super.findSubtypes(type);
    return Arrays.stream(raw.getPermittedSubclasses())
        .map(kind -> new NamedType(kind, name(kind)))
        .toList();
  }

  @Override
  public @Nullable String findTypeName(AnnotatedClass type) {
    return isKind(type.getRawType()) && type.getRawType().isRecord()
        ? name(type.getRawType())
        : super.findTypeName(type);
  }

  /** A sealed interface, or a record of one. */
  private static boolean isKind(Class<?> type) {
    return type.isInterface()
        ? type.isSealed()
        : type.isRecord() && Arrays.stream(type.getInterfaces()).anyMatch(Class::isSealed);
  }

  private static String name(Class<?> kind) {
    var name = kind.getSimpleName();
    return Character.toLowerCase(name.charAt(0)) + name.substring(1);
  }
}
