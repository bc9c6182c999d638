tell application "Finder"
  display dialog "Hello"
end tell
