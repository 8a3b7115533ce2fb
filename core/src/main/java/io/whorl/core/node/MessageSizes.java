package io.whorl.core.node;

import io.whorl.core.message.HintMessage;
import io.whorl.core.message.Message;
import io.whorl.core.message.RepairMessage;
import io.whorl.core.message.ReplicaMessage;
import io.whorl.core.version.Record;
import io.whorl.core.version.Sibling;
import java.util.List;

/** About how many bytes a request of a peer holds while it waits, and for how long somebody waits for its answer. */
final class MessageSizes {
    private static final long MESSAGE = 256;
    private static final long SIBLING = 64;
    private static final long ENTRY = 128;

    private MessageSizes() {}

    /** About how many bytes; values are what counts. */
    static long bytes(Message message) {
        if (message instanceof ReplicaMessage.Read read) {
            return MESSAGE + read.key().length;
        } else if (message instanceof ReplicaMessage.Replicate replicate) {
            return MESSAGE + replicate.key().length + bytes(replicate.record());
        } else if (message instanceof ReplicaMessage.Forward forward) {
            byte[] value = forward.write().value();
            return MESSAGE + forward.key().length + (value == null ? 0 : value.length);
        } else if (message instanceof HintMessage.Keep keep) {
            return MESSAGE + keep.key().length + bytes(keep.record());
        } else if (message instanceof HintMessage.HandOver handed) {
            return MESSAGE + hints(handed.hints());
        } else if (message instanceof RepairMessage.Push push) {
            return MESSAGE + entries(push.entries());
        } else if (message instanceof RepairMessage.Summary summary) {
            return MESSAGE + told(summary.sections());
        }
        return MESSAGE;
    }

    private static long bytes(Record record) {
        long bytes = 0;
        for (Sibling sibling : record.siblings()) {
            bytes += SIBLING + (sibling.value() == null ? 0 : sibling.value().length);
        }
        return bytes;
    }

    private static long hints(List<HintMessage.Hint> hints) {
        long bytes = 0;
        for (HintMessage.Hint hint : hints) {
            bytes += ENTRY + hint.key().length + bytes(hint.record());
        }
        return bytes;
    }

    private static long entries(List<ReplicaMessage.Entry> entries) {
        long bytes = 0;
        for (ReplicaMessage.Entry entry : entries) {
            bytes += ENTRY + entry.key().length + bytes(entry.record());
        }
        return bytes;
    }

    private static long told(List<RepairMessage.Section> sections) {
        long bytes = 0;
        for (RepairMessage.Section section : sections) {
            bytes += ENTRY * (1 + section.told().size());
        }
        return bytes;
    }

    /** What was left of the asker's time when the message was sent; 0 if nobody waits, or it does not say. */
    static long timeoutNanos(Message message) {
        if (message instanceof ReplicaMessage.Read read) {
            return read.timeoutNanos();
        } else if (message instanceof ReplicaMessage.Replicate replicate) {
            return replicate.timeoutNanos();
        } else if (message instanceof ReplicaMessage.Forward forward) {
            return forward.timeoutNanos();
        } else if (message instanceof HintMessage.Keep keep) {
            return keep.timeoutNanos();
        }
        return 0;
    }
}
