package io.whorl.testkit.simulation;

/**
 * What has to happen in some runs, because otherwise nobody knows what the others have shown: places of the protocol that are reached
 * rarely. All are seen from outside, in messages, batches, outcomes and events; the nodes do not know of them.
 */
enum Probe {
    HINT_KEPT("a hint was kept"),
    HINT_JOINED("a hint was joined with an older one of its key"),
    HINT_KEPT_FOR_ANOTHER("a fallback was asked to keep a hint"),
    HINT_HANDED_OVER("hints were handed over to their target"),
    HINT_REMOVED("a hint was removed once its target had it"),
    HINT_REFUSED("a hint was refused because the bound was reached"),
    HINT_FOR_THE_DEAD("a hint was left at the end for a node that is gone for ever"),
    FALLBACK_COORDINATED("a fallback coordinated a write"),
    FALLBACK_SAW_ITS_HINTS("a fallback coordinated a write that had seen what its hints said"),
    READ_FROM_HINTS("a node that is no holder answered a read"),
    STREAM_BEGUN("a replica was streamed because the dot log no longer had what a peer lacked"),
    STREAM_WENT_ON("a stream went on after its first stretch"),
    STREAM_RESUMED("a stream went on over another connection than it had begun on"),
    STREAM_RESTARTED("a stream was begun anew before it had come to its end"),
    STREAM_MET_A_RESTART("an end of a stream was another run than at the stretch before"),
    REMNANT_PUSHED("a record whose context names unseen events was pushed"),
    SUMMARY_TOLD("a node told in one message what it has seen of many replicas"),
    READ_REPAIR("a read's result was written back"),
    VALUES_FETCHED("a read had to fetch values from a second replica"),
    SIBLINGS_READ("a read returned siblings"),
    ABSENT_AFTER_DELETE("a read found a key deleted"),
    FORWARDED("a write was forwarded"),
    FORWARDED_AGAIN("a write was forwarded to a second node after the first refused or was lost"),
    NOT_CAUGHT_UP("a strict read was refused by a replica that may have lost what it acknowledged"),
    OVERLOAD_REFUSED("a node refused work because a queue was full"),
    REPLICA_IN_DOUBT("a replica met something unreadable"),
    DOUBT_REPAIRED("a replica that was in doubt took itself anew"),
    EARLIER_RUN("a message for an earlier run of its receiver arrived"),
    LATE_MESSAGE("a message arrived after the process that sent it had ended"),
    DELETED_BYTES_GONE("the last bytes of a deleted key left the disk"),
    LOG_PRUNED("entries left a dot log"),
    POWER_UNDID_ACKNOWLEDGED("a power loss undid a copy of an acknowledged write"),
    DISK_TOOK_ACKNOWLEDGED("a disk went back behind acknowledged writes that it had synced"),
    FULL_DISK_REFUSED("a full disk refused a batch"),
    WRITE_FAILED_FOR_SPACE("a caller was told that the disk is full"),
    STOPPED_ON_ERROR("a node stopped itself on an error of its disk"),
    MEMBER_SUSPECTED("a member was suspected"),
    MEMBER_DIED("a member counted as dead"),
    MEMBER_RETURNED("a member that was suspected or dead was back"),
    QUORUM_UNAVAILABLE("a request was refused because too few replicas were reachable"),
    TIMED_OUT("a request ran out of time"),
    REGULAR_READ("a strict read began after an acknowledgement that it had to know of"),
    RUNS_CLOSED("runs that had ended were closed"),
    CLOSING_TAKEN_UP("a replica that had reported took up a closing"),
    CLOSING_STREAMED("a replica that had not reported took a closing from a stream"),
    DOUBTFUL_REFUSED("what its sender had not reported of a run that was being closed was refused"),
    CORE_SETTLED("a mere core of the nodes settled, the rest dead for ever"),
    MOVE_FINISHED("a slot passed from one holder to another"),
    HOLDER_EXCLUDED("the old holder of a moving slot could not be asked, and was excluded"),
    SLOT_REBUILT("the slot of an excluded holder was rebuilt from others"),
    SLOT_ADDED("a slot was added"),
    SLOT_REMOVED("a slot was removed"),
    REPLICA_DROPPED("a former holder dropped its replica"),
    VOTERS_CHANGED("the voters changed"),
    WROTE_TO_A_MOVING_SLOT("a write was acknowledged while a slot of its partition moved"),
    READ_OF_A_MOVING_SLOT("a strict read that owed something returned while a slot of its partition moved"),
    JOINER_DIED("a host died for ever before its node had become a member, or while slots moved to it"),
    STALE_EPOCH_REFUSED("a request was refused because the slots had changed in an epoch that its sender did not know"),
    STOPPED_FOR_A_MOVE("a request was refused by a holder that had stopped for the end of a move"),
    BUCKET_DROPPED("a bucket was dropped"),
    BUCKET_RESIZED("the number of replicas of a bucket was changed"),
    MEMBER_LEFT("a member left"),
    MEMBER_REMOVED("a member that was lost was removed"),
    MEMBER_REPLACED("a new node took the place of one that was lost");

    private final String text;

    Probe(String text) {
        this.text = text;
    }

    /** What has happened, as a sentence. */
    String text() {
        return text;
    }
}
