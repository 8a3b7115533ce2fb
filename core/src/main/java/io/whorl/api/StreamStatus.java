package io.whorl.api;

/**
 * A replica that is being taken whole from another holder, because that one does not know any more what exactly is lacking.
 *
 * @param bucket the bucket's name
 * @param partition the partition
 * @param keys how many keys have come so far
 * @param bytes how many bytes of records have come so far, about
 */
public record StreamStatus(String bucket, int partition, long keys, long bytes) {}
