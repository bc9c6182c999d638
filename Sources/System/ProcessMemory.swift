#if canImport(Glibc)
  import CLibrary
#endif

/// How this process deals with memory that it freed.
package enum ProcessMemory {
  /// Files up to a mebibyte are held whole while they are judged, one after the other: the next one takes the place of the last, and
  /// the kernel is not asked each time. Only glibc's allocator needs to be told.
  package static func keepFreed() {
    #if canImport(Glibc)
      _ = mallopt(M_MMAP_THRESHOLD, 4 << 20)
      _ = mallopt(M_TRIM_THRESHOLD, 64 << 20)
      _ = mallopt(M_TOP_PAD, 512 << 10)
    #endif
  }
}
