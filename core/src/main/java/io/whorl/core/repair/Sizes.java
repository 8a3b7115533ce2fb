package io.whorl.core.repair;

import io.whorl.core.message.ReplicaMessage;
import io.whorl.core.version.Sibling;
import java.util.List;

/** How much room records take in messages, about. */
final class Sizes {
    private static final long RECORD = 32;

    private Sizes() {}

    static long of(List<ReplicaMessage.Entry> entries) {
        long bytes = 0;
        for (ReplicaMessage.Entry entry : entries) {
            bytes += RECORD + entry.key().length;
            for (Sibling sibling : entry.record().siblings()) {
                bytes += RECORD + sibling.value().length;
            }
        }
        return bytes;
    }
}
