#pragma once

#include <cstddef>
#include <utility>

#include "engine/base/check.h"

namespace perfecthash {

// Embedded in an object that can stand in one IntrusiveQueue at a time.
template <typename T>
struct IntrusiveLink {
  IntrusiveLink() = default;
  // A copied object does not stand where its original stands.
  IntrusiveLink(const IntrusiveLink&) {}
  IntrusiveLink& operator=(const IntrusiveLink&) { return *this; }

  T* previous = nullptr;
  T* next = nullptr;
};

// A first-in first-out queue linked through its elements, so that queueing
// allocates nothing; any element can be removed in constant time. Owns no
// element. Not thread-safe.
template <typename T, IntrusiveLink<T> T::* kLink>
class IntrusiveQueue {
 public:
  IntrusiveQueue() = default;
  IntrusiveQueue(IntrusiveQueue&& other) noexcept
      : head_(std::exchange(other.head_, nullptr)),
        tail_(std::exchange(other.tail_, nullptr)),
        size_(std::exchange(other.size_, 0)) {}
  IntrusiveQueue& operator=(IntrusiveQueue&& other) noexcept {
    DCHECK(empty());
    std::swap(head_, other.head_);
    std::swap(tail_, other.tail_);
    std::swap(size_, other.size_);
    return *this;
  }

  bool empty() const { return head_ == nullptr; }
  std::size_t size() const { return size_; }
  T* front() const { return head_; }
  static T* Next(const T& element) { return (element.*kLink).next; }

  void PushBack(T& element) { InsertBefore(nullptr, element); }
  void PushFront(T& element) { InsertBefore(head_, element); }

  // Null when empty.
  T* PopFront() {
    T* element = head_;
    if (element != nullptr) Remove(*element);
    return element;
  }

  // `element` must stand in this queue.
  void Remove(T& element) {
    IntrusiveLink<T>& link = element.*kLink;
    (link.previous != nullptr ? (link.previous->*kLink).next : head_) =
        link.next;
    (link.next != nullptr ? (link.next->*kLink).previous : tail_) =
        link.previous;
    link.previous = link.next = nullptr;
    --size_;
  }

  // Moves all of `other` behind the last element.
  void Append(IntrusiveQueue& other) {
    if (other.empty()) return;
    if (empty()) {
      *this = std::move(other);
      return;
    }
    (tail_->*kLink).next = other.head_;
    (other.head_->*kLink).previous = tail_;
    tail_ = std::exchange(other.tail_, nullptr);
    other.head_ = nullptr;
    size_ += std::exchange(other.size_, 0);
  }

 private:
  // A null `successor` stands for the end.
  void InsertBefore(T* successor, T& element) {
    IntrusiveLink<T>& link = element.*kLink;
    link.next = successor;
    link.previous = successor != nullptr ? (successor->*kLink).previous : tail_;
    (link.previous != nullptr ? (link.previous->*kLink).next : head_) =
        &element;
    (successor != nullptr ? (successor->*kLink).previous : tail_) = &element;
    ++size_;
  }

  T* head_ = nullptr;
  T* tail_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace perfecthash
