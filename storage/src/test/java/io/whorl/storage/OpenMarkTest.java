package io.whorl.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.whorl.core.spi.StorageEngine;
import io.whorl.core.spi.StorageEngine.Opened;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an opening says of how the engine was left. */
class OpenMarkTest {
    @TempDir
    Path temporary;

    @Test
    void a_new_engine_and_one_that_was_closed_are_clean() throws IOException {
        assertThat(open("11111111-1111", false).opened()).isEqualTo(Opened.CLEAN);
        open("11111111-1111", true).closed();
        assertThat(open("22222222-2222", true).opened()).isEqualTo(Opened.CLEAN);
    }

    @Test
    void within_one_boot_only_the_process_died() throws IOException {
        open("11111111-1111", false);
        assertThat(open("11111111-1111", true).opened()).isEqualTo(Opened.PROCESS_DIED);
    }

    @Test
    void after_another_boot_the_power_may_have_failed() throws IOException {
        open("11111111-1111", false);
        assertThat(open("22222222-2222", true).opened()).isEqualTo(Opened.POWER_MAY_HAVE_FAILED);
    }

    @Test
    void what_was_not_noted_is_said_again_even_after_a_proper_close() throws IOException {
        open("11111111-1111", false);
        open("22222222-2222", true);
        OpenMark again = open("22222222-2222", true);
        assertThat(again.opened()).isEqualTo(Opened.POWER_MAY_HAVE_FAILED);
        again.closed();
        OpenMark third = open("22222222-2222", true);
        assertThat(third.opened()).isEqualTo(Opened.POWER_MAY_HAVE_FAILED);
        third.noted();
        assertThat(open("22222222-2222", true).opened()).isEqualTo(Opened.PROCESS_DIED);
    }

    @Test
    void what_cannot_be_told_may_have_been_a_loss_of_power() throws IOException {
        Path nowhere = temporary.resolve("no-such-file");
        DataDirectory directory = directory();
        OpenMark.begin(directory, false, nowhere);
        assertThat(OpenMark.begin(directory, true, nowhere).opened()).isEqualTo(Opened.POWER_MAY_HAVE_FAILED);
        OpenMark.begin(directory, true, nowhere).noted();
        OpenMark closing = OpenMark.begin(directory, true, nowhere);
        closing.noted();
        closing.closed();
        assertThat(OpenMark.begin(directory, true, nowhere).opened()).isEqualTo(Opened.CLEAN);
        Files.writeString(directory.openMark(), "something else");
        assertThat(OpenMark.begin(directory, true, nowhere).opened()).isEqualTo(Opened.POWER_MAY_HAVE_FAILED);
        Files.delete(directory.openMark());
        assertThat(OpenMark.begin(directory, true, nowhere).opened()).isEqualTo(Opened.POWER_MAY_HAVE_FAILED);
    }

    @Test
    void the_engine_tells_it_and_notes_it() {
        Path data = temporary.resolve("data");
        try (StorageEngine engine = RocksStorageEngine.open(data, RocksOptions.defaults())) {
            assertThat(engine.opened()).isEqualTo(Opened.CLEAN);
            engine.openedNoted();
        }
        try (StorageEngine engine = RocksStorageEngine.open(data, RocksOptions.defaults())) {
            assertThat(engine.opened()).isEqualTo(Opened.CLEAN);
            assertThat(engine.hasSpace()).isTrue();
        }
    }

    private OpenMark open(String boot, boolean existed) throws IOException {
        Path bootId = temporary.resolve("boot_id");
        Files.writeString(bootId, boot + "\n");
        return OpenMark.begin(directory(), existed, bootId);
    }

    private DataDirectory directory() {
        DataDirectory directory = new DataDirectory(temporary.resolve("marks"));
        directory.prepare();
        return directory;
    }
}
