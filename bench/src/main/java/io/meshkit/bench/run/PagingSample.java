package io.meshkit.bench.run;

/**
 * One walk through all shards of a namespace while they change.
 *
 * @param shards           that the pages held
 * @param importSeconds    to write them before, in transactions; 0: they were there
 * @param seconds          for all pages
 * @param changes          acknowledged meanwhile
 * @param revisions        different revisions that the pages showed: 1 is right
 * @param wrong            shards that differ from what the journal says of that revision, missing and surplus ones
 *                         included
 * @param rssBytes         of all nodes on this machine afterwards; 0: none is
 */
record PagingSample(
        int shards,
        int pages,
        double importSeconds,
        double seconds,
        double pageP50Ms,
        double pageP99Ms,
        long changes,
        int revisions,
        long wrong,
        long rssBytes) {

    boolean holds() {
        return revisions == 1 && wrong == 0;
    }
}
