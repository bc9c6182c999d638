print("make")
