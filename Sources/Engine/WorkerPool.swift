#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A lock with two conditions, on the heap because the system's types may not move.
final class Monitor: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let hasWork = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private let hasResult = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  init() {
    mutex.initialize(to: pthread_mutex_t())
    hasWork.initialize(to: pthread_cond_t())
    hasResult.initialize(to: pthread_cond_t())
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(hasWork, nil)
    pthread_cond_init(hasResult, nil)
  }
  deinit {
    pthread_mutex_destroy(mutex)
    pthread_cond_destroy(hasWork)
    pthread_cond_destroy(hasResult)
    mutex.deallocate()
    hasWork.deallocate()
    hasResult.deallocate()
  }

  func locked<Result>(_ body: () -> Result) -> Result {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return body()
  }
  // The four below are called with the lock held.
  func waitForWork() { pthread_cond_wait(hasWork, mutex) }
  func waitForResult() { pthread_cond_wait(hasResult, mutex) }
  func signalWork(all: Bool = false) { _ = all ? pthread_cond_broadcast(hasWork) : pthread_cond_signal(hasWork) }
  func signalResult() { pthread_cond_signal(hasResult) }
}

/// What a job will have made. Both flags are guarded by the pool's lock.
class PendingResult: @unchecked Sendable {
  fileprivate(set) var isDone: Bool
  /// The owner sleeps until it is done: it is woken for no other.
  fileprivate var isAwaited = false
  init(isDone: Bool = false) { self.isDone = isDone }

  /// Where there are no workers.
  func finishAlone(_ record: () -> Void) {
    record()
    isDone = true
  }
}

/// Threads of their own for work that blocks on reads, so that no cooperative pool is starved. Jobs run in the order given.
///
/// Each worker makes its own state once; a job gets it `inout`. The owner waits for results; workers never wait for one another.
final class WorkerPool<State>: @unchecked Sendable {
  typealias Job = @Sendable (inout State) -> Void

  private let monitor = Monitor()
  private let makeState: @Sendable () -> State
  // Below: guarded by the monitor.
  private var queue: [Job] = []
  private var head = 0
  /// Workers asleep for want of work.
  private var idle = 0
  private var isClosed = false

  private var threads: [pthread_t] = []

  init(count: Int, state: @escaping @Sendable () -> State) {
    makeState = state
    for _ in 0..<count { start() }
  }

  /// How many threads could be started; with none the owner does the work itself.
  var threadCount: Int { threads.count }

  func submit(_ job: @escaping Job) {
    monitor.locked {
      queue.append(job)
      if idle > 0 { monitor.signalWork() }
    }
  }

  /// Waits until the result is there.
  func wait(for result: PendingResult) {
    monitor.locked {
      result.isAwaited = true
      while !result.isDone { monitor.waitForResult() }
    }
  }

  /// Records a result under the lock, and wakes the owner if this is the one that it waits for. Called by jobs.
  func finish(_ result: PendingResult, _ record: () -> Void) {
    monitor.locked {
      record()
      result.isDone = true
      if result.isAwaited { monitor.signalResult() }
    }
  }

  /// For what jobs share with one another and with the owner.
  func locked<Result>(_ body: () -> Result) -> Result { monitor.locked(body) }

  /// Lets the workers end after the jobs at hand, and waits for them.
  func close() {
    monitor.locked {
      isClosed = true
      monitor.signalWork(all: true)
    }
    for thread in threads { pthread_join(thread, nil) }
    threads = []
  }

  private func run() {
    var state = makeState()
    while true {
      let job: Job? = monitor.locked {
        while head == queue.count, !isClosed {
          idle += 1
          monitor.waitForWork()
          idle -= 1
        }
        guard head < queue.count else { return nil }
        let job = queue[head]
        head += 1
        if head >= 1_024 || head == queue.count {
          queue.removeFirst(head)
          head = 0
        }
        return job
      }
      guard let job else { return }
      job(&state)
    }
  }

  private func start() {
    let box = Unmanaged.passRetained(ThreadBody { [unowned self] in run() })
    #if canImport(Darwin)
      var thread: pthread_t?
      let failed = pthread_create(&thread, nil, { ThreadBody.enter($0) }, box.toOpaque())
      guard failed == 0, let thread else { return box.release() }
    #else
      var thread = pthread_t()
      let failed = pthread_create(&thread, nil, { ThreadBody.enter($0) }, box.toOpaque())
      guard failed == 0 else { return box.release() }
    #endif
    threads.append(thread)
  }
}

private final class ThreadBody {
  private let body: () -> Void
  init(_ body: @escaping () -> Void) { self.body = body }

  static func enter(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let context else { return nil }
    Unmanaged<ThreadBody>.fromOpaque(context).takeRetainedValue().body()
    return nil
  }
}
