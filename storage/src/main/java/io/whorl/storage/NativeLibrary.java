package io.whorl.storage;

import io.whorl.core.spi.StorageException;
import io.whorl.core.spi.StorageException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import org.rocksdb.RocksDB;
import org.rocksdb.util.Environment;

/**
 * RocksDB's native library, extracted once per version and user instead of once per start.
 *
 * <p>Left to itself, RocksDB copies its 15 MB library out of its jar into a new temporary file at every start, and leaves it
 * there when the process is killed. Here it goes to a folder that is named by RocksDB's version and the library's checksum,
 * in {@code whorl-native-<user>} in the temporary directory, or in the directory that the system property
 * {@value #DIRECTORY_PROPERTY} names (for systems whose temporary directory does not allow programs).
 *
 * <p>The folder belongs to this user alone, which is checked, and the file's checksum is compared with the jar's before each
 * load. The checksum is the CRC-32 that the jar's index has anyway: it costs no reading of the jar, and it guards against
 * accidents; against others who write, the folder's permissions do. The file appears under its name by an atomic move, so
 * processes that start at the same time do not disturb each other.
 *
 * <p>If the application loaded RocksDB before, that library is used. On Java 24 and newer, the JVM prints a warning about
 * native access unless it is started with {@code --enable-native-access=ALL-UNNAMED}; nothing needs to be done about it.
 */
public final class NativeLibrary {
    /** The system property that names the directory to extract into; default: a folder in the temporary directory. */
    public static final String DIRECTORY_PROPERTY = "io.whorl.nativeDirectory";

    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rwx------");
    private static final Pattern JAR_VERSION = Pattern.compile("rocksdbjni-([0-9][0-9A-Za-z.]*)\\.jar");
    private static final String DRAFT_PREFIX = "extracting-";
    private static final String DRAFT_SUFFIX = ".tmp";

    /** Per class loader, as loaded libraries are; it spares later engines the reading of the file. */
    private static volatile boolean loaded;

    private NativeLibrary() {}

    /**
     * Loads the library unless this was done before. May be called from any thread.
     *
     * @throws StorageException of kind {@code UNUSABLE} if it cannot be extracted or loaded
     */
    public static void load() {
        if (loaded) {
            return;
        }
        Path file = null;
        try {
            file = extract(baseDirectory());
            // RocksDB itself must make the load call: libraries belong to the class loader of their caller. Once it has
            // succeeded, RocksDB extracts nothing any more.
            loadFrom(file.getParent());
            loaded = true;
        } catch (IOException e) {
            throw unusable("cannot be extracted: " + e, e);
        } catch (UnsatisfiedLinkError e) {
            throw unusable("cannot be loaded from " + file + ": " + e.getMessage(), e);
        }
    }

    private static void loadFrom(Path folder) throws IOException {
        try {
            RocksDB.loadLibrary(List.of(folder.toString()));
        } catch (UnsatisfiedLinkError e) {
            if (!String.valueOf(e.getMessage()).contains("already loaded in another classloader")) {
                throw e;
            }
            loadCopy(folder.resolve(fileName()));
        }
    }

    /**
     * Loads a copy that is removed again: the JVM lets one class loader only load a file, and in an application server
     * several may have RocksDB.
     */
    private static void loadCopy(Path file) throws IOException {
        Path folder = Files.createTempDirectory(file.getParent(), DRAFT_PREFIX);
        Path copy = Files.copy(file, folder.resolve(file.getFileName()));
        try {
            RocksDB.loadLibrary(List.of(folder.toString()));
        } finally {
            if (Environment.isWindows()) {
                // A loaded library cannot be removed there. Entries are removed in reverse order.
                folder.toFile().deleteOnExit();
                copy.toFile().deleteOnExit();
            } else {
                Files.delete(copy);
                Files.delete(folder);
            }
        }
    }

    /** The library's file below the base directory, extracted if it is not there, intact. */
    static Path extract(Path base) throws IOException {
        URL resource = RocksDB.class.getClassLoader().getResource(resourceName());
        if (resource == null) {
            throw unusable(
                    "has no file " + resourceName()
                            + " in its jar for this system; put the rocksdbjni jar that has it on the class path",
                    null);
        }
        long checksum = checksumOf(resource);
        Matcher version = JAR_VERSION.matcher(resource.toString());
        ownDirectory(base);
        Path folder = base.resolve(String.format(
                Locale.ROOT, "rocksdbjni-%s-%08x", version.find() ? version.group(1) : "unversioned", checksum));
        ownDirectory(folder);
        Path file = folder.resolve(fileName());
        if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && checksumOf(file) == checksum) {
            return file;
        }
        removeAbandonedDrafts(folder);
        Path draft = Files.createTempFile(folder, DRAFT_PREFIX, DRAFT_SUFFIX);
        try {
            try (InputStream in = resource.openStream()) {
                Files.copy(in, draft, StandardCopyOption.REPLACE_EXISTING);
            }
            long found = checksumOf(draft);
            if (found != checksum) {
                throw new IOException(String.format(
                        Locale.ROOT,
                        "%s was extracted with checksum %08x instead of %08x; the jar or the disk is damaged",
                        resource,
                        found,
                        checksum));
            }
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return file;
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    private static Path baseDirectory() {
        String named = System.getProperty(DIRECTORY_PROPERTY);
        return named != null
                ? Path.of(named).toAbsolutePath()
                : Path.of(System.getProperty("java.io.tmpdir"), "whorl-native-" + userName())
                        .toAbsolutePath();
    }

    /** The user's name, without what might not be a file name. */
    private static String userName() {
        return System.getProperty("user.name", "unknown").replaceAll("[^A-Za-z0-9_.-]", "_");
    }

    /** The library's name in the jar. */
    private static String resourceName() {
        return Environment.getJniLibraryFileName("rocksdb");
    }

    /** The name under which {@link RocksDB#loadLibrary(List)} looks for it, which is another one. */
    private static String fileName() {
        return Environment.getJniLibraryFileName("rocksdbjni");
    }

    /** Creates a directory for this user alone; one that is there must be that, or another user could swap the library. */
    private static void ownDirectory(Path directory) throws IOException {
        boolean posix = directory.getFileSystem().supportedFileAttributeViews().contains("posix");
        if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            if (directory.getParent() != null) {
                Files.createDirectories(directory.getParent());
            }
            FileAttribute<?>[] attributes = posix
                    ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
                    : new FileAttribute<?>[0];
            try {
                Files.createDirectory(directory, attributes);
            } catch (FileAlreadyExistsException e) {
                if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
                    throw e;
                }
            }
        }
        if (!posix) {
            return;
        }
        Path probe = Files.createTempFile(directory, DRAFT_PREFIX, DRAFT_SUFFIX);
        boolean ours;
        try {
            // What this process creates has the owner that this process is.
            ours = Files.getOwner(probe).equals(Files.getOwner(directory, LinkOption.NOFOLLOW_LINKS));
        } finally {
            Files.delete(probe);
        }
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(directory, LinkOption.NOFOLLOW_LINKS);
        if (!ours || !OWNER_ONLY.containsAll(permissions)) {
            throw new IOException(directory + " must belong to this user and have the permissions "
                    + PosixFilePermissions.toString(OWNER_ONLY) + ", but has "
                    + PosixFilePermissions.toString(permissions) + (ours ? "" : " and another owner")
                    + "; remove it, or name another directory by the system property " + DIRECTORY_PROPERTY);
        }
    }

    /** Drafts of processes that were killed while they extracted; no extraction takes an hour. */
    private static void removeAbandonedDrafts(Path folder) throws IOException {
        Instant old = Instant.now().minus(1, ChronoUnit.HOURS);
        try (DirectoryStream<Path> drafts = Files.newDirectoryStream(folder, DRAFT_PREFIX + "*" + DRAFT_SUFFIX)) {
            for (Path draft : drafts) {
                removeIfOlder(draft, old);
            }
        }
    }

    private static void removeIfOlder(Path draft, Instant old) throws IOException {
        try {
            if (Files.getLastModifiedTime(draft).toInstant().isBefore(old)) {
                Files.deleteIfExists(draft);
            }
        } catch (NoSuchFileException e) {
            // Another extraction has finished with it meanwhile.
            return;
        }
    }

    private static long checksumOf(URL resource) throws IOException {
        URLConnection connection = resource.openConnection();
        connection.setUseCaches(false);
        if (connection instanceof JarURLConnection jar) {
            try (var file = jar.getJarFile()) {
                long checksum = file.getEntry(jar.getEntryName()).getCrc();
                if (checksum >= 0) {
                    return checksum;
                }
            }
        }
        try (InputStream in = resource.openStream()) {
            return checksumOf(in);
        }
    }

    private static long checksumOf(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return checksumOf(in);
        }
    }

    private static long checksumOf(InputStream in) throws IOException {
        CheckedInputStream checked = new CheckedInputStream(in, new CRC32());
        byte[] buffer = new byte[1 << 16];
        while (checked.read(buffer) >= 0) {
            // The stream counts what is read.
        }
        return checked.getChecksum().getValue();
    }

    private static StorageException unusable(String why, Throwable cause) {
        return new StorageException(
                Kind.UNUSABLE,
                "RocksDB's native library " + why + ". The directory for it can be named by the system property "
                        + DIRECTORY_PROPERTY + "; it must be writable and allow programs",
                cause);
    }
}
