package io.whorl;

import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.api.Bucket;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What an application compiles against names nothing but the JDK and the public types themselves. */
class PublicSignaturesTest {
    private static final Pattern TYPE = Pattern.compile("(?:[a-z][a-z0-9_]*\\.)+[A-Z][A-Za-z0-9_$]*");

    @Test
    void public_types_name_only_the_jdk_and_each_other() throws Exception {
        List<Class<?>> types = new ArrayList<>();
        types.addAll(publicTypes(Whorl.class));
        types.addAll(publicTypes(Bucket.class));
        assertThat(types)
                .contains(Whorl.class, WhorlBuilder.class, Bucket.class)
                .hasSizeGreaterThan(25);
        List<String> strangers = new ArrayList<>();
        for (Class<?> type : types) {
            for (String signature : signatures(type)) {
                Matcher names = TYPE.matcher(signature);
                while (names.find()) {
                    if (!names.group().matches("java\\..*|io\\.whorl\\.(api\\.)?[A-Z].*")) {
                        strangers.add(type.getName() + ": " + signature);
                    }
                }
            }
        }
        assertThat(strangers).isEmpty();
    }

    private static List<String> signatures(Class<?> type) {
        List<String> signatures = new ArrayList<>();
        signatures.add(type.toGenericString());
        if (type.getGenericSuperclass() != null) {
            signatures.add(type.getGenericSuperclass().getTypeName());
        }
        Arrays.stream(type.getGenericInterfaces()).forEach(face -> signatures.add(face.getTypeName()));
        for (Method method : type.getDeclaredMethods()) {
            if (isVisible(method) && !method.isSynthetic()) {
                signatures.add(method.toGenericString());
            }
        }
        for (Constructor<?> constructor : type.getDeclaredConstructors()) {
            if (isVisible(constructor)) {
                signatures.add(constructor.toGenericString());
            }
        }
        for (Field field : type.getDeclaredFields()) {
            if (Modifier.isPublic(field.getModifiers()) || Modifier.isProtected(field.getModifiers())) {
                signatures.add(field.toGenericString());
            }
        }
        return signatures;
    }

    private static boolean isVisible(Executable member) {
        return Modifier.isPublic(member.getModifiers()) || Modifier.isProtected(member.getModifiers());
    }

    /** The public types of the package of this one, wherever its classes are: in a directory or in a jar. */
    private static List<Class<?>> publicTypes(Class<?> one) throws Exception {
        Path place =
                Path.of(one.getProtectionDomain().getCodeSource().getLocation().toURI());
        String folder = one.getPackageName().replace('.', '/');
        if (Files.isDirectory(place)) {
            return publicTypes(place.resolve(folder), one.getPackageName());
        }
        try (FileSystem jar = FileSystems.newFileSystem(URI.create("jar:" + place.toUri()), Map.of())) {
            return publicTypes(jar.getPath(folder), one.getPackageName());
        }
    }

    private static List<Class<?>> publicTypes(Path folder, String packageName)
            throws IOException, ClassNotFoundException {
        List<Class<?>> types = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.sorted().toList()) {
                String name = file.getFileName().toString();
                if (name.endsWith(".class") && !name.equals("package-info.class")) {
                    Class<?> type = Class.forName(packageName + "." + name.substring(0, name.length() - 6));
                    if (Modifier.isPublic(type.getModifiers())) {
                        types.add(type);
                    }
                }
            }
        }
        return types;
    }
}
